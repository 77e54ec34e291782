"""Views for whoever reads results with SQL: Grafana's role may read the views of this schema, and none of its tables.

They leave out who a house belongs to and the parameters of a run.
"""

SUMS = (
    "load_kwh", "generation_kwh", "own_use_kwh", "charge_kwh", "discharge_kwh", "storage_loss_kwh", "bought_local_kwh",
    "sold_local_kwh", "bought_grid_kwh", "sold_grid_kwh", "imported_kwh", "exported_kwh", "curtailed_kwh",
    "unserved_kwh", "driven_kwh", "ev_shortfall_kwh", "heat_kwh", "unmet_heat_kwh", "generator_kwh", "clipped_kwh",
    "import_cost_eur", "export_revenue_eur", "purchase_cost_eur", "sale_revenue_eur", "fees_eur", "fuel_cost_eur",
    "incentive_eur", "reference_cost_eur", "co2_kg", "import_peak_kw", "export_peak_kw",
)  # fmt: skip

VIEWS = f"""
CREATE VIEW run_list AS
SELECT run_id, grid_id, name, timezone, currency, starts_at, ends_at, step_minutes, stored_step_minutes, registered_at,
       closed_at
FROM runs;
CREATE VIEW node_list AS
SELECT run_id, node_id, position, parent_id, kind, name, capacity_kw, storage_capacity_kwh, house_type FROM nodes;
CREATE VIEW node_day_sums AS SELECT run_id, node_id, day, {", ".join(SUMS)} FROM node_days;
CREATE VIEW node_period_sums AS SELECT run_id, node_id, period, hours, {", ".join(SUMS)} FROM period_sums;
"""

# A role that comes later gets the same from `python -m hygge_core.provision`.
GRANTS = """
DO $body$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'hygge_grafana') THEN
        GRANT USAGE ON SCHEMA results TO hygge_grafana;
        GRANT SELECT ON node_series, run_list, node_list, node_day_sums, node_period_sums TO hygge_grafana;
    END IF;
END $body$
"""


def up(migrator, db):
    db.execute_sql(VIEWS)
    db.execute_sql(GRANTS)


def down(migrator, db):
    db.execute_sql("DROP VIEW node_period_sums, node_day_sums, node_list, run_list")
