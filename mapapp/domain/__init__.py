"""The words and rules of social services in hromadas; imports the standard library only."""
