"""The door of Hygge: users, sessions, grants and the audit log, and the routing to the services behind."""
