"""National presets: what a country's law says about sharing, as data."""
