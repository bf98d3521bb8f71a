import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "./icons.ts";
import { useEffect, useState } from "react";

import { copyText } from "./copy-text.ts";
import { showError } from "./toasts.ts";

interface Props {
  readonly text: string;
  /** What is copied: "the key". */
  readonly what?: string;
  /** A button with words instead of an icon. */
  readonly isLarge?: boolean;
}

const SHOWN_MS = 1_500;

export function CopyButton({ text, what = "", isLarge = false }: Props) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = window.setTimeout(() => setCopied(false), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    copyText(text).then(() => setCopied(true), showError);
  };
  const label = isCopied ? "Copied" : `Copy ${what}`.trim();
  const icon = isCopied ? <IconCheck size={16} /> : <IconCopy size={16} />;
  if (isLarge) {
    return (
      <Button variant={isCopied ? "light" : "filled"} leftSection={icon} onClick={copy}>
        {label}
      </Button>
    );
  }
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={copy}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
