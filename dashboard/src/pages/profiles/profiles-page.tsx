import { PageHead } from "../../parts/page-head.tsx";

export function ProfilesPage() {
  return <PageHead title="Profiles" />;
}
