import { ActionIcon, Button, Card, FileButton, Group, Textarea } from "@mantine/core";
import { IconPhoto, IconPlayerStop, IconSend, IconX } from "../../parts/icons.ts";
import { type ClipboardEvent, type KeyboardEvent, useState } from "react";

import { showError } from "../../parts/toasts.ts";
import classes from "./playground.module.css";
import { IMAGE_TYPES, readImages } from "./read-images.ts";

interface Props {
  readonly isRunning: boolean;
  readonly onSend: (text: string, images: readonly string[]) => void;
  readonly onStop: () => void;
}

/** Where the person writes. Enter sends, Shift and Enter begins a line. */
export function Composer({ isRunning, onSend, onStop }: Props) {
  const [text, setText] = useState("");
  const [images, setImages] = useState<readonly string[]>([]);
  const isEmpty = text.trim() === "" && images.length === 0;
  const send = () => {
    if (isEmpty || isRunning) return;
    onSend(text, images);
    setText("");
    setImages([]);
  };
  const add = (files: readonly File[]) => {
    readImages(files, images.length).then((read) => setImages((before) => [...before, ...read]), showError);
  };
  const hearKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files].filter(({ type }) => IMAGE_TYPES.includes(type));
    if (files.length === 0) return;
    event.preventDefault();
    add(files);
  };
  return (
    <Card padding="sm" className={classes["composer"] ?? ""}>
      {images.length > 0 && (
        <Group gap="xs" mb="xs">
          {images.map((url, index) => (
            <div key={url} className={classes["thumb"]}>
              <img src={url} alt={`To be sent, ${index + 1}`} />
              <ActionIcon
                size="xs"
                variant="filled"
                color="gray"
                aria-label={`Remove image ${index + 1}`}
                onClick={() => setImages(images.filter((_, each) => each !== index))}
              >
                <IconX size={12} />
              </ActionIcon>
            </div>
          ))}
        </Group>
      )}
      <Textarea
        aria-label="Message"
        placeholder="Ask Claude something"
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={hearKey}
        onPaste={paste}
      />
      <Group justify="space-between" mt="xs">
        <FileButton onChange={add} accept={IMAGE_TYPES.join(",")} multiple>
          {(props) => (
            <Button
              {...props}
              variant="subtle"
              color="gray"
              size="compact-sm"
              leftSection={<IconPhoto size={16} />}
            >
              Add images
            </Button>
          )}
        </FileButton>
        {isRunning ? (
          <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button leftSection={<IconSend size={16} />} disabled={isEmpty} onClick={send}>
            Send
          </Button>
        )}
      </Group>
    </Card>
  );
}
