"""What the gateway counts beside its requests."""

from prometheus_client import Counter, Gauge

CIRCUIT_OPEN = Gauge(
    "hygge_gateway_circuit_open", "Whether a service is left alone because calls failed", ["peer"],
    multiprocess_mode="livemax",
)  # fmt: skip
CIRCUIT_REFUSALS = Counter(
    "hygge_gateway_circuit_refusals_total", "Requests refused because their service is left alone", ["peer"]
)
RATE_LIMITED = Counter("hygge_gateway_rate_limited_total", "Requests refused because of too many", ["limit"])
# Signing in that succeeded, failed or met a lockout, tokens used twice, grants given: all of `audit.schemas.Event`.
AUDIT_EVENTS = Counter("hygge_gateway_audit_events_total", "Entries of the audit log", ["event"])
AUDIT_CHAIN_BROKEN = Gauge(
    "hygge_gateway_audit_chain_broken", "1 when the last verification of the audit log found a fault",
    multiprocess_mode="livemostrecent",
)  # fmt: skip
SIGNING_KEY_MADE = Gauge(
    "hygge_gateway_signing_key_made_timestamp_seconds", "When the key that signs access tokens was made",
    multiprocess_mode="livemax",
)  # fmt: skip
