import { PageHead } from "../../parts/page-head.tsx";

export function LivePage() {
  return <PageHead title="Live" />;
}
