"""What all Hygge services share: settings, errors, app factory, auth, database, time axis, telemetry."""
