"""From the open port to the service that answers: identity, limits, breakers, streaming."""
