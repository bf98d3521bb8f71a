import { type RefObject, useEffect, useRef } from "react";

/** So near to the end somebody reads along, in pixels; who has scrolled up reads there. */
const NEAR = 240;

/** Keeps the end in sight while `shown` grows. */
export function useFollowing(shown: unknown, end: RefObject<HTMLElement | null>): void {
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    const { scrollHeight } = document.documentElement;
    const isNear = scrollHeight - window.scrollY - window.innerHeight < NEAR;
    if (isNear) end.current?.scrollIntoView({ block: "end" });
  }, [shown, end]);
}
