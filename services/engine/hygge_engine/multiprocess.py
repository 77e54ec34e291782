"""Worker processes count together: must be imported before anything that imports prometheus_client."""

import os
import tempfile

DIRECTORY = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="hygge-engine-metrics-"))
