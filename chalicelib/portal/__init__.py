"""The pages of the portal: templates, one stylesheet, and the French form of data."""
