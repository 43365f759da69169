export default {
  title: "Models",
  url: "http://127.0.0.1",
  baseUrl: "/",
  onBrokenLinks: "throw",
  // Defines the element, on every page.
  clientModules: ["./src/qspect.js"],
  presets: [
    [
      "classic",
      {
        docs: { routeBasePath: "/", sidebarPath: undefined },
        blog: false,
        theme: { customCss: "./src/css/hostile.css" },
      },
    ],
  ],
};
