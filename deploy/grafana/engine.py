"""The dashboard of the engine: runs, queue, throughput, phases, workers."""

from panels import Dashboard, metrics


def dashboard() -> Dashboard:
    """Runs and who works on them."""
    board = Dashboard("hygge-engine", "Hygge: runs", "Runs by state, the queue, throughput, phases and workers")
    board.row(
        "Runs",
        metrics("Waiting", ('max(hygge_engine_runs{status="queued"})', "queued"), kind="stat"),
        metrics("Running", ('max(hygge_engine_runs{status="running"})', "running"), kind="stat"),
        metrics("Age of the oldest queued run", ("max(hygge_engine_queue_age_seconds)", "age"), unit="s", kind="stat"),
        metrics(
            "Since the slowest run last came forward",
            ("max(hygge_engine_progress_age_seconds)", "age"),
            unit="s",
            kind="stat",
        ),
        metrics("Worker processes", ("max(hygge_engine_worker_processes)", "alive"), kind="stat"),
        height=5,
    )
    board.row(
        "Over time",
        metrics("Runs by state", ("max by (status) (hygge_engine_runs)", "{{status}}")),
        metrics("Ended", ("sum by (status) (increase(hygge_engine_runs_finished_total[5m]))", "{{status}}")),
        metrics(
            "Taken up again, put off, hints lost",
            ("sum(increase(hygge_engine_runs_resumed_total[5m]))", "taken up again"),
            ("sum(increase(hygge_engine_runs_postponed_total[5m]))", "put off"),
            ("sum(increase(hygge_engine_hints_lost_total[5m]))", "hints lost"),
        ),
    )
    board.row(
        "Throughput",
        metrics("House-steps a second", ("engine:house_steps:rate5m", "simulated")),
        metrics("Rows a second", ("engine:rows_written:rate5m", "{{table}}")),
        metrics("Trades a second", ("engine:trades:rate5m", "inside a {{pool}}")),
        metrics("kWh traded a second of computing", ("engine:traded_kwh:rate5m", "inside a {{pool}}")),
    )
    phase, close = "hygge_engine_phase_duration_seconds", "hygge_results_close_duration_seconds"
    board.row(
        "Phases",
        metrics("Time spent in phases", (f"sum by (phase) (rate({phase}_sum[5m]))", "{{phase}}"), unit="s"),
        metrics(
            "Duration of a phase, median",
            (f"histogram_quantile(0.5, sum by (phase, le) (rate({phase}_bucket[15m])))", "{{phase}}"),
            unit="s",
        ),
        metrics(
            "Closing in results, p95",
            (f"histogram_quantile(0.95, sum by (le) (rate({close}_bucket[15m])))", "close"),
            unit="s",
        ),
        metrics(
            "Runs closed and removed in results",
            ("sum(increase(hygge_results_runs_closed_total[5m]))", "closed"),
            ("sum(increase(hygge_results_runs_removed_total[5m]))", "removed"),
        ),
    )
    board.row(
        "What flows in",
        metrics("Values stored a second", ("profiles:values_stored:rate5m", "{{source}}")),
        metrics("Profiles stored", ("sum by (source) (increase(hygge_profiles_stored_total[5m]))", "{{source}}")),
        metrics("Bundles", ("sum(rate(hygge_profiles_bundle_bytes_total[5m]))", "bytes a second"), unit="Bps"),
        metrics(
            "Assignments, snapshots, houses",
            ("sum(increase(hygge_profiles_assignments_stored_total[5m]))", "assignments"),
            ("sum(increase(hygge_topology_snapshots_stored_total[5m]))", "snapshots"),
            ("sum(increase(hygge_topology_houses_written_total[5m]))", "houses"),
        ),
    )
    board.row(
        "Workers",
        metrics(
            "Processor by process",
            ('rate(process_cpu_seconds_total{service="engine-worker"}[5m])', "{{instance}} {{pid}}"),
        ),
        metrics(
            "Memory by process",
            ('process_resident_memory_bytes{service="engine-worker"}', "{{instance}} {{pid}}"),
            unit="bytes",
        ),
    )
    return board
