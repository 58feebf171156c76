"""Who may come in: the kinds of row of accounts, identities, links, roles and imports."""
