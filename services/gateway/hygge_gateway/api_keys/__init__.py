"""Keys for people's programs: long-lived, narrow if wished, exchanged at the door for an access token."""
