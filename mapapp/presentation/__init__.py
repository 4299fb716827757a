"""How answers look: map layers, labels, messages and the one place where text is escaped."""
