"""Who may call what: one line for each operation of the API, checked against what the running suite answers.

A new operation needs a line here; the test says so. What each word promises:

- PUBLIC: without a token. Nothing of a tenant's in it.
- EVERYBODY: whoever is signed in; the answer holds only what is the caller's.
- OWNERS: who made it, whatever their role; 404 for everybody else.
- READERS: admin, the owner, and operators and viewers who were given the grid; 404 for everybody else.
- HOUSEHOLDS: as READERS, and a participant as far as it is about a house of theirs.
- EDITORS: admin, owner, operators who were given the grid to operate; 403 for viewers and participants.
- ADMINS: admin only, 403 for all others.
- ENGINE: the engine's service account only, 403 for all people, admins too.
"""

from enum import StrEnum


class Access(StrEnum):
    PUBLIC = "public"
    EVERYBODY = "everybody"
    OWNERS = "owners"
    READERS = "readers"
    HOUSEHOLDS = "households"
    EDITORS = "editors"
    ADMINS = "admins"
    ENGINE = "engine"


def _lines(access: Access, text: str) -> dict[str, Access]:
    return {line.strip(): access for line in text.strip().splitlines()}


ACCESS: dict[str, Access] = {
    **_lines(
        Access.PUBLIC,
        """
        GET /auth/jwks
        GET /auth/oidc
        GET /auth/oidc/callback
        GET /auth/oidc/logout
        GET /auth/oidc/start
        POST /auth/login
        POST /auth/logout
        POST /auth/refresh
        POST /auth/register
        POST /auth/session
        DELETE /auth/session
        POST /auth/session/refresh
        POST /auth/session/registration
        POST /auth/token
        """,
    ),
    **_lines(
        Access.EVERYBODY,
        """
        GET /auth/me
        POST /auth/password
        GET /flags
        GET /grids
        GET /houses
        GET /presets
        GET /presets/{name}
        GET /priority-lists
        GET /profiles
        GET /profiles/builders
        GET /runs
        GET /sweeps
        GET /users/me/api-keys
        POST /markets/clear
        POST /users/me/api-keys
        """,
    ),
    **_lines(
        Access.OWNERS,
        """
        GET /flags/{flag_id}
        DELETE /users/me/api-keys/{key_id}
        """,
    ),
    **_lines(
        Access.READERS,
        """
        GET /assignments/{assignment_id}
        GET /grids/{grid_id}
        GET /grids/{grid_id}/assignments
        GET /grids/{grid_id}/network
        GET /grids/{grid_id}/nodes
        GET /grids/{grid_id}/snapshots
        GET /grids/{grid_id}/snapshots/{version}
        GET /grids/{grid_id}/topology
        GET /grids/{grid_id}/transformers
        GET /priority-lists/{list_id}
        GET /profiles/{profile_id}
        GET /profiles/{profile_id}/duration
        GET /profiles/{profile_id}/series
        GET /results/compare
        GET /results/{run_id}/export
        GET /results/{run_id}/flows
        GET /results/{run_id}/network
        GET /results/{run_id}/prices
        GET /results/{run_id}/summary
        GET /sweeps/{sweep_id}
        GET /sweeps/{sweep_id}/outcomes
        GET /transformers/{transformer_id}
        GET /transformers/{transformer_id}/houses
        """,
    ),
    **_lines(
        Access.HOUSEHOLDS,
        """
        GET /devices/{device_id}
        GET /houses/{house_id}
        GET /houses/{house_id}/devices
        GET /results/{run_id}
        GET /results/{run_id}/bills
        GET /results/{run_id}/bills/{house_id}
        GET /results/{run_id}/duration
        GET /results/{run_id}/nodes
        GET /results/{run_id}/series
        GET /results/{run_id}/trades
        GET /runs/{run_id}
        GET /runs/{run_id}/events
        """,
    ),
    **_lines(
        Access.EDITORS,
        """
        PATCH /assignments/{assignment_id}
        DELETE /assignments/{assignment_id}
        PATCH /devices/{device_id}
        DELETE /devices/{device_id}
        POST /bundles
        POST /flags
        PATCH /flags/{flag_id}
        DELETE /flags/{flag_id}
        POST /grants
        POST /grids
        POST /grids/import
        PATCH /grids/{grid_id}
        DELETE /grids/{grid_id}
        POST /grids/{grid_id}/assignments
        PUT /grids/{grid_id}/assignments
        PUT /grids/{grid_id}/network
        DELETE /grids/{grid_id}/network
        POST /grids/{grid_id}/snapshots
        PUT /grids/{grid_id}/topology
        POST /grids/{grid_id}/transformers
        PATCH /houses/{house_id}
        DELETE /houses/{house_id}
        POST /houses/{house_id}/devices
        POST /priority-lists
        PATCH /priority-lists/{list_id}
        DELETE /priority-lists/{list_id}
        POST /profiles
        POST /profiles/build
        POST /profiles/upload
        POST /profiles/upload/inspection
        PATCH /profiles/{profile_id}
        DELETE /profiles/{profile_id}
        POST /runs
        DELETE /runs/{run_id}
        POST /runs/{run_id}/cancel
        POST /runs/{run_id}/rerun
        POST /sweeps
        DELETE /sweeps/{sweep_id}
        POST /sweeps/{sweep_id}/cancel
        POST /sweeps/{sweep_id}/resume
        PATCH /transformers/{transformer_id}
        DELETE /transformers/{transformer_id}
        POST /transformers/{transformer_id}/houses
        POST /users/{user_id}/grants
        DELETE /users/{user_id}/grants/{grid_id}
        """,
    ),
    **_lines(
        Access.ADMINS,
        """
        GET /audit
        GET /audit/head
        GET /audit/verification
        GET /service-accounts
        POST /service-accounts
        GET /service-accounts/{account_id}
        PATCH /service-accounts/{account_id}
        DELETE /service-accounts/{account_id}
        POST /service-accounts/{account_id}/secret
        GET /users
        POST /users
        GET /users/{user_id}
        PATCH /users/{user_id}
        DELETE /users/{user_id}
        GET /users/{user_id}/api-keys
        DELETE /users/{user_id}/api-keys/{key_id}
        GET /users/{user_id}/grants
        GET /users/{user_id}/identity
        PUT /users/{user_id}/identity
        DELETE /users/{user_id}/identity
        DELETE /users/{user_id}/lockout
        """,
    ),
    **_lines(
        Access.ENGINE,
        """
        PUT /results/{run_id}
        DELETE /results/{run_id}
        POST /results/{run_id}/close
        PUT /results/{run_id}/network
        """,
    ),
}
