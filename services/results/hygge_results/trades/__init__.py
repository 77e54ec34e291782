"""Who bought and sold what, when and at what price."""
