"""The pages of the app: widgets, one question to the atlas, a drawing."""
