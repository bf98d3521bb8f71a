import {
  IconActivityHeartbeat,
  IconAdjustments,
  IconChartBar,
  IconFileText,
  IconKey,
  IconLayoutDashboard,
  IconListSearch,
  IconMessages,
  IconPlayerPlay,
  IconPlugConnected,
  IconSettings,
  IconUsers,
} from "../parts/icons.ts";
import type { IconComponent } from "../parts/make-icon.tsx";

export interface PageEntry {
  readonly path: `/${string}`;
  readonly label: string;
  readonly icon: IconComponent;
  /** Viewers may not even read it. */
  readonly isForAdmins?: true;
}

/** In the order of the navigation. */
export const PAGES = [
  { path: "/overview", label: "Overview", icon: IconLayoutDashboard },
  { path: "/live", label: "Live", icon: IconActivityHeartbeat },
  { path: "/requests", label: "Requests", icon: IconListSearch },
  { path: "/conversations", label: "Conversations", icon: IconMessages },
  { path: "/playground", label: "Playground", icon: IconPlayerPlay },
  { path: "/connect", label: "Connect", icon: IconPlugConnected },
  { path: "/usage", label: "Usage", icon: IconChartBar },
  { path: "/keys", label: "Keys", icon: IconKey },
  { path: "/profiles", label: "Profiles", icon: IconAdjustments },
  { path: "/users", label: "Users", icon: IconUsers },
  { path: "/settings", label: "Settings", icon: IconSettings },
  { path: "/log", label: "Log", icon: IconFileText },
] as const satisfies readonly PageEntry[];
