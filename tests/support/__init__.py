"""What tests of several packages share: a database server, tokens, a service's test client."""
