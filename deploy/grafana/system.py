"""The dashboard of the services: what is promised, rate, errors and duration of each, what they run short of."""

from panels import PROMETHEUS, Dashboard, metrics, variable

CHOSEN = 'service="$service"'
TIMED = f'{CHOSEN}, route!~".+/(events|export)"'
REQUESTS = "http_server_request_duration_seconds"
CALLS = "http_client_request_duration_seconds"
FAILED = 'status=~"5..|timeout|unreachable"'
POOL = "db_client_connections"


def dashboard() -> Dashboard:
    """Rate, errors, duration, saturation."""
    board = Dashboard("hygge-system", "Hygge: services", "Rate, errors and duration of each service, and its limits")
    services = "label_values(http_server_request_duration_seconds_count, service)"
    board.variables = [variable("service", "Service", services, PROMETHEUS)]
    board.row(
        "What is promised",
        metrics(
            "Availability (99.9 %)",
            ("1 - slo:availability_errors:ratio_rate1d", "last day"),
            unit="percentunit",
            kind="stat",
        ),
        metrics(
            "Reads within 0.5 s (95 %)",
            ("1 - slo:slow_reads:ratio_rate1d", "last day"),
            unit="percentunit",
            kind="stat",
        ),
        metrics(
            "Burn of the error budget (1: just used up)",
            ("slo:availability_errors:ratio_rate1h / 0.001", "failed requests, 1 h"),
            ("slo:slow_reads:ratio_rate1h / 0.05", "slow reads, 1 h"),
        ),
        metrics(
            "Alerts",
            ('sum by (alertname, severity) (ALERTS{alertstate="firing"})', "{{alertname}} ({{severity}})"),
            kind="table",
        ),
        height=7,
    )
    board.row(
        "All services",
        metrics("Requests", ("service:http_requests:rate5m", "{{service}}"), unit="reqps"),
        metrics("Answered with a 5xx", ("service:http_errors:ratio_rate5m", "{{service}}"), unit="percentunit"),
        metrics("Duration, p95", ("service:http_duration_seconds:p95_rate5m", "{{service}}"), unit="s"),
        metrics("Being answered", ("sum by (service) (http_server_active_requests)", "{{service}}")),
    )
    board.row(
        "$service",
        metrics(
            "Requests by route",
            (f"topk(10, sum by (method, route) (rate({REQUESTS}_count{{{CHOSEN}}}[5m])))", "{{method}} {{route}}"),
            unit="reqps",
        ),
        metrics(
            "Duration by route, p95",
            (_p95(f"sum by (method, route, le) (rate({REQUESTS}_bucket{{{TIMED}}}[5m]))"), "{{method}} {{route}}"),
            unit="s",
        ),
        metrics("By status", (f"sum by (status) (rate({REQUESTS}_count{{{CHOSEN}}}[5m]))", "{{status}}"), unit="reqps"),
        metrics(
            "Errors by route",
            (f"sum by (method, route) (rate(http_server_errors_total{{{CHOSEN}}}[5m]))", "{{method}} {{route}}"),
            unit="reqps",
        ),
    )
    board.row(
        "Between services",
        metrics("Calls", (f"sum by (service, peer) (rate({CALLS}_count[5m]))", "{{service}} → {{peer}}"), unit="reqps"),
        metrics(
            "Duration of calls, p95",
            ("service_peer:http_duration_seconds:p95_rate5m", "{{service}} → {{peer}}"),
            unit="s",
        ),
        metrics(
            "Calls that failed",
            (
                f"sum by (service, peer, status) (rate({CALLS}_count{{{FAILED}}}[5m]))",
                "{{service}} → {{peer}} {{status}}",
            ),
            unit="reqps",
        ),
        metrics(
            "Reachable",
            ("min by (service, dependency) (hygge_dependency_up)", "{{service}} → {{dependency}}"),
            ("1 - max by (peer) (hygge_gateway_circuit_open)", "circuit to {{peer}}"),
        ),
    )
    board.row(
        "What they run short of",
        metrics("Processor", ("sum by (service) (rate(process_cpu_seconds_total[5m]))", "{{service}}"), unit="short"),
        metrics("Memory", ("sum by (service) (process_resident_memory_bytes)", "{{service}}"), unit="bytes"),
        metrics(
            "Database connections in use",
            (f"sum by (service) ({POOL}_used) / sum by (service) ({POOL}_max)", "{{service}}"),
            ("max(hygge_postgres_connections) / max(hygge_postgres_connections_max)", "server"),
            unit="percentunit",
        ),
        metrics(
            "Wait for a connection, p95",
            (_p95(f"sum by (service, le) (rate({POOL}_wait_seconds_bucket[5m]))"), "{{service}}"),
            unit="s",
        ),
    )
    board.row(
        "The door",
        metrics(
            "Sign-ins",
            ('sum by (event) (rate(hygge_gateway_audit_events_total{event=~"login_.+"}[5m]))', "{{event}}"),
            unit="ops",
        ),
        metrics(
            "Refused by a limit",
            ("sum by (limit) (rate(hygge_gateway_rate_limited_total[5m]))", "{{limit}}"),
            ("sum by (peer) (rate(hygge_gateway_circuit_refusals_total[5m]))", "circuit to {{peer}}"),
            ("sum by (peer, reason) (rate(hygge_gateway_shed_total[5m]))", "too much for {{peer}} ({{reason}})"),
            unit="reqps",
        ),
        metrics(
            "Reads and the cache", ("sum by (outcome) (rate(hygge_gateway_cache_answers_total[5m]))", "{{outcome}}")
        ),
        metrics(
            "What runs",
            ("max by (service, version, environment) (hygge_build_info)", "{{service}} {{version}} {{environment}}"),
            kind="table",
        ),
    )
    return board


def _p95(buckets: str) -> str:
    return f"topk(10, histogram_quantile(0.95, {buckets}))"
