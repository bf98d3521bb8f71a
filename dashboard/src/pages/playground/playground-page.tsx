import { PageHead } from "../../parts/page-head.tsx";

export function PlaygroundPage() {
  return <PageHead title="Playground" />;
}
