"""Is the service in this container ready? `health.py [URL]` ends with 0 if so. It runs often: standard library only.

The certificate is not checked: this asks its own process, whose certificate is made out to the service's name.
"""

import os
import ssl
import sys
import urllib.request

SECONDS = 5


def own_url() -> str:
    """`/health/ready` at the port where the service listens."""
    prefix = f"HYGGE_{os.environ['HYGGE_SERVICE'].upper()}_"
    scheme = "https" if os.environ.get(f"{prefix}TLS_CERTIFICATE_FILE") else "http"
    return f"{scheme}://127.0.0.1:{os.environ.get(f'{prefix}PORT', '8000')}/health/ready"


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else own_url()
    context = ssl._create_unverified_context() if url.startswith("https") else None
    try:
        with urllib.request.urlopen(url, timeout=SECONDS, context=context):
            return
    except OSError as error:
        sys.exit(f"{url}: {error}")


if __name__ == "__main__":
    main()
