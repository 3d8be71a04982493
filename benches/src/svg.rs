//! The frame of a chart. Each SVG stands alone: no fonts, scripts or files from elsewhere. Its colours follow the reader's
//! light or dark scheme.

#![forbid(unsafe_code)]

use std::fmt::{Arguments, Write};

use crate::table::escaped;

pub(crate) const MARGIN: f64 = 16.0;

/// Puts a title above the body. `style` is CSS, and `body` elements.
pub(crate) fn document(title: &str, (width, height): (f64, f64), style: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-label="{title}">
<title>{title}</title>
<style>{style}</style>
<text class="title" x="{MARGIN}" y="26">{title}</text>
{body}</svg>
"#
    )
}

/// Adds one element.
pub(crate) fn line(body: &mut String, element: Arguments<'_>) {
    writeln!(body, "{element}").expect("a string takes all that is written");
}
