"""Cold starts of the package that ships, on the Python that it ships for."""
