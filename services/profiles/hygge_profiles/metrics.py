"""What the profiles service counts beside its requests."""

from prometheus_client import Counter

PROFILES = Counter("hygge_profiles_stored_total", "Profiles stored", ["source"])
VALUES = Counter("hygge_profiles_values_stored_total", "Values of profiles stored", ["source"])
ASSIGNMENTS = Counter("hygge_profiles_assignments_stored_total", "Assignments of profiles to houses stored")
BUNDLES = Counter("hygge_profiles_bundles_total", "Bundles sent to their end")
BUNDLE_BYTES = Counter("hygge_profiles_bundle_bytes_total", "Bytes of bundles sent")
