/** The chart's Grafana dashboards, from scripts/dashboards. */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboardJson } from '../dashboards/dashboard.ts';
import { modelsDashboard } from '../dashboards/models.ts';
import { operatorDashboard } from '../dashboards/operator.ts';
import { servingDashboard } from '../dashboards/serving.ts';

const dashboards: Readonly<Record<string, DashboardBuilder>> = {
  models: modelsDashboard,
  operator: operatorDashboard,
  serving: servingDashboard,
};

/** Their JSON by path from the root of the repository. */
export function dashboardFiles(): Map<string, string> {
  return new Map(
    Object.entries(dashboards).map(([name, builder]) => [
      `charts/bellwether/dashboards/${name}.json`,
      dashboardJson(builder),
    ]),
  );
}
