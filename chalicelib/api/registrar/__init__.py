"""The operations of the registrar: corrections of a file, before and after money."""
