"""Who may open what plugins bring along: their static files are for everybody."""

ROUTES = {
    "plugin_digital_marketing.static": "public",
    "plugin_packaging_design.static": "public",
    "plugin_photography.static": "public",
}
