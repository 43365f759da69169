/** The views of one report. */
export type View = "overview" | "nodes" | "modules" | "text";

/** What the element can follow: the page around it, or neither. */
export type Theme = "auto" | "light" | "dark";

/** The attributes, as HTML and JSX have them. */
export interface QspectReportAttributes {
  /** URLs of one or more reports, separated by spaces. */
  src?: string;
  view?: View;
  /** Which of several reports is shown, counted from 1. */
  report?: number | string;
  theme?: Theme;
  /** Any CSS length; 480px if not set. */
  height?: string;
}

/** A report that was opened. */
export interface OpenedReport {
  /** The last part of its URL. */
  file: string;
  /** Its `report_title`. */
  title: string;
  model?: string;
}

/** The events by their names. All bubble, out of shadow roots too. */
export interface QspectReportEventMap {
  /** All reports have been read. */
  "qspect:ready": CustomEvent<OpenedReport[]>;
  /** A report cannot be read or shown; the others are. `file` is empty where it is the viewer. */
  "qspect:error": CustomEvent<{ file: string; message: string; hint?: string }>;
  /** The reader went to another report, view or node. */
  "qspect:select": CustomEvent<{ report: number; view: View; node?: string }>;
}

/** `<qspect-report>`: quantization reports in a page. */
export class QspectReport extends HTMLElement {
  /** The attributes of these names. */
  src: string;
  report: number | string;
  theme: Theme;
  height: string;
  /** Report objects, or the JSON of some, instead of `src`; what is set last counts. */
  get reports(): (object | string)[];
  set reports(reports: (object | string)[] | object | string | null | undefined);
  /** The view that is shown. */
  get view(): View;
  set view(view: View);

  addEventListener<K extends keyof QspectReportEventMap>(
    type: K,
    listener: (this: QspectReport, event: QspectReportEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: QspectReport, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "qspect-report": QspectReport;
  }
  // Events bubble: a page may listen anywhere.
  interface HTMLElementEventMap extends QspectReportEventMap {}
}

// For JSX say once in a project, here with React 19:
//
//   import type { QspectReportAttributes } from "qspect";
//   import type { DetailedHTMLProps, HTMLAttributes } from "react";
//
//   declare module "react" {
//     namespace JSX {
//       interface IntrinsicElements {
//         "qspect-report": DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> &
//           QspectReportAttributes;
//       }
//     }
//   }
