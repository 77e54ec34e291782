"""Markets as a stateless call: one book of orders cleared."""
