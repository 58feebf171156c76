"""Third-party payers: a company, an OPCO or a public body that pays all or part of a registration."""
