"""Keys by which programs read, in the name of a person who may."""
