"""A school as data: the campaign file, read whole or refused whole, every error listed."""
