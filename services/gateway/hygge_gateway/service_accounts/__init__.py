"""Accounts of machines, managed by admins: a role, grids, and secrets for the client-credentials grant."""
