"""The suite under load: many users at once, through the gateway, from a process of its own."""
