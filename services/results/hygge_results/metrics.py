"""What the results service counts beside its requests."""

from prometheus_client import Counter, Histogram

# Closing looks at every row of a run: a second for a small one, minutes for a large community's year.
CLOSE_BUCKETS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)

CLOSED = Counter("hygge_results_runs_closed_total", "Runs whose results were completed")
CLOSE_DURATION = Histogram(
    "hygge_results_close_duration_seconds", "Time to sum up a run's rows and complete it", buckets=CLOSE_BUCKETS
)
REMOVED = Counter("hygge_results_runs_removed_total", "Requests that removed a run's results")
