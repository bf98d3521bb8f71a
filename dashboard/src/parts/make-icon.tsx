import type { ComponentType, SVGProps } from "react";

interface IconProps extends Omit<SVGProps<SVGSVGElement>, "stroke"> {
  /** In pixels, of its width and its height. */
  readonly size?: number;
  /** The width of its lines, of 24 across the picture. */
  readonly stroke?: number;
}

export type IconComponent = ComponentType<IconProps>;

/** An icon of lines in the colour of the text, from the paths of a picture of 24 by 24. */
export function makeIcon(...paths: readonly string[]): IconComponent {
  return function DrawnIcon({ size = 24, stroke = 2, color = "currentColor", ...rest }) {
    return (
      <svg
        viewBox="0 0 24 24"
        width={size}
        height={size}
        fill="none"
        stroke={color}
        strokeWidth={stroke}
        strokeLinecap="round"
        strokeLinejoin="round"
        {...rest}
      >
        {paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
    );
  };
}
