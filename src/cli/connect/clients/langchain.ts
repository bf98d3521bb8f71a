import type { Client } from "../client.ts";
import { keyLine } from "../key-line.ts";
import { variableLine } from "../client-place.ts";

/** LangChain in Python and JavaScript, whose OpenAI classes read these variables. */
export const langchain: Client = {
  name: "langchain",
  title: "LangChain",
  documentation: [
    "https://docs.langchain.com/oss/python/integrations/chat/openai",
    "https://docs.langchain.com/oss/javascript/integrations/chat/openai",
  ],
  plan({ apiUrl, key, model }, place) {
    return {
      steps: [
        "Set the variables below where the program runs, then:",
        `Python: ChatOpenAI(model="${model.id}")`,
        `JavaScript: new ChatOpenAI({ model: "${model.id}", configuration: { baseURL: "${apiUrl}" } })`,
      ],
      key: "Your shell holds it, for as long as it is open.",
      start: [
        variableLine(place, "OPENAI_BASE_URL", apiUrl),
        // Its Python classes know the older name only.
        variableLine(place, "OPENAI_API_BASE", apiUrl),
        keyLine(place, key, "OPENAI_API_KEY"),
      ],
    };
  },
};
