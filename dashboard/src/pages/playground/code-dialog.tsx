import { Modal, Tabs } from "@mantine/core";

import { CodeBlock } from "../../parts/code-block.tsx";
import type { ChatSettings } from "./chat-settings.ts";
import { curlCode, javascriptCode, pythonCode } from "./show-code.ts";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly settings: ChatSettings;
  readonly text: string;
  readonly conversation: string;
}

/** The same request from a program. */
export function CodeDialog({ isOpen, onClose, settings, text, conversation }: Props) {
  const request = { settings, text, conversation, url: window.location.origin };
  const codes = [
    { name: "curl", code: curlCode(request) },
    { name: "Python", code: pythonCode(request) },
    { name: "JavaScript", code: javascriptCode(request) },
  ];
  return (
    <Modal opened={isOpen} onClose={onClose} title="The same from a program" size="lg">
      <Tabs defaultValue="curl">
        <Tabs.List mb="sm">
          {codes.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {codes.map(({ name, code }) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock code={code} label={`the code for ${name}`} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Modal>
  );
}
