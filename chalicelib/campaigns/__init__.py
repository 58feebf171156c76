"""A school as data: the campaign file, accepted or refused as a whole, with every error listed."""
