import { PageHead } from "../../parts/page-head.tsx";

export function RequestsPage() {
  return <PageHead title="Requests" />;
}
