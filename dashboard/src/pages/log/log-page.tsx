import { PageHead } from "../../parts/page-head.tsx";

export function LogPage() {
  return <PageHead title="Log" />;
}
