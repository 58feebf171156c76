"""The web pages as people see them: templates, one stylesheet, and how facts are written in French."""
