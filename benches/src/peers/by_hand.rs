//! Impls of peers' traits for types that their derives cannot handle:
//!
//! - simd-json-derive has no renamed variants, no internal tags, and no bounds on type parameters;
//! - jsony has no bounds on type parameters;
//! - no derive knows a list of pairs that is written as an object.

#![forbid(unsafe_code)]

use std::io::{Result, Write};

use jsony::json::{AlwaysObject, AlwaysString};
use jsony::{TextWriter, ToJson};
use musli::en::MapEncoder;
use musli::{Encode, Encoder};
use simd_json_derive::Serialize;

use crate::corpus::api_response::{Currency, Permission, Status};
use crate::corpus::canada::{CollectionKind, Feature, FeatureCollection, FeatureKind, Geometry};
use crate::corpus::log_record::{Level, Method};
use crate::corpus::twitter::{MediaKind, MediaSizes, Resize, ResultType, Size, SizeName};

/// `Serialize` of simd-json-derive for an enum without fields: one write per variant, as its derive does it.
macro_rules! variants {
    ($($type:ty { $($variant:ident => $text:literal,)+ })+) => { $(
        impl Serialize for $type {
            #[inline]
            fn json_write<W: Write>(&self, writer: &mut W) -> Result<()> {
                match self {
                    $(Self::$variant => writer.write_all(concat!("\"", $text, "\"").as_bytes()),)+
                }
            }
        }
    )+ };
}

variants! {
    Level { Debug => "debug", Info => "info", Warn => "warn", Error => "error", }
    Method { Get => "GET", Post => "POST", Put => "PUT", Delete => "DELETE", }
    Permission {
        ReadOrders => "read-orders",
        WriteOrders => "write-orders",
        ManageUsers => "manage-users",
        ViewReports => "view-reports",
        Refund => "refund",
    }
    Currency { Eur => "EUR", Usd => "USD", Gbp => "GBP", }
    ResultType { Mixed => "mixed", Popular => "popular", Recent => "recent", }
    MediaKind { Photo => "photo", Video => "video", AnimatedGif => "animated_gif", }
    SizeName { Thumb => "thumb", Small => "small", Medium => "medium", Large => "large", }
    Resize { Fit => "fit", Crop => "crop", }
    CollectionKind { FeatureCollection => "FeatureCollection", }
    FeatureKind { Feature => "Feature", }
}

impl Serialize for Status {
    #[inline]
    fn json_write<W: Write>(&self, writer: &mut W) -> Result<()> {
        match self {
            Self::Pending => writer.write_all(br#"{"state":"pending"}"#),
            Self::Paid { method } => {
                writer.write_all(br#"{"state":"paid","method":"#)?;
                method.json_write(writer)?;
                writer.write_all(b"}")
            }
            Self::Shipped { carrier, tracking } => {
                writer.write_all(br#"{"state":"shipped","carrier":"#)?;
                carrier.json_write(writer)?;
                writer.write_all(br#","tracking":"#)?;
                tracking.json_write(writer)?;
                writer.write_all(b"}")
            }
            Self::Cancelled { reason, refunded } => {
                writer.write_all(br#"{"state":"cancelled","reason":"#)?;
                reason.json_write(writer)?;
                writer.write_all(br#","refunded":"#)?;
                refunded.json_write(writer)?;
                writer.write_all(b"}")
            }
        }
    }
}

impl<F: Serialize> Serialize for FeatureCollection<F> {
    #[inline]
    fn json_write<W: Write>(&self, writer: &mut W) -> Result<()> {
        writer.write_all(br#"{"type":"#)?;
        self.kind.json_write(writer)?;
        writer.write_all(br#","features":"#)?;
        self.features.json_write(writer)?;
        writer.write_all(b"}")
    }
}

impl<F: Serialize> Serialize for Feature<F> {
    #[inline]
    fn json_write<W: Write>(&self, writer: &mut W) -> Result<()> {
        writer.write_all(br#"{"type":"#)?;
        self.kind.json_write(writer)?;
        writer.write_all(br#","properties":"#)?;
        self.properties.json_write(writer)?;
        writer.write_all(br#","geometry":"#)?;
        self.geometry.json_write(writer)?;
        writer.write_all(b"}")
    }
}

impl<F: Serialize> Serialize for Geometry<F> {
    #[inline]
    fn json_write<W: Write>(&self, writer: &mut W) -> Result<()> {
        let Self::Polygon { coordinates } = self;
        writer.write_all(br#"{"type":"Polygon","coordinates":"#)?;
        coordinates.json_write(writer)?;
        writer.write_all(b"}")
    }
}

impl Serialize for MediaSizes {
    #[inline]
    fn json_write<W: Write>(&self, writer: &mut W) -> Result<()> {
        let mut entries = self.0.iter();
        let Some((name, size)) = entries.next() else {
            return writer.write_all(b"{}");
        };
        writer.write_all(b"{")?;
        name.json_write(writer)?;
        writer.write_all(b":")?;
        size.json_write(writer)?;
        for (name, size) in entries {
            writer.write_all(b",")?;
            name.json_write(writer)?;
            writer.write_all(b":")?;
            size.json_write(writer)?;
        }
        writer.write_all(b"}")
    }
}

impl<F: ToJson> ToJson for FeatureCollection<F> {
    type Kind = AlwaysObject;

    fn encode_json__jsony(&self, output: &mut TextWriter<'_>) -> AlwaysObject {
        output.start_json_object();
        output.push_str(r#""type":"#);
        let AlwaysString = self.kind.encode_json__jsony(output);
        output.push_str(r#","features":"#);
        self.features.encode_json__jsony(output);
        output.end_json_object()
    }
}

impl<F: ToJson> ToJson for Feature<F> {
    type Kind = AlwaysObject;

    fn encode_json__jsony(&self, output: &mut TextWriter<'_>) -> AlwaysObject {
        output.start_json_object();
        output.push_str(r#""type":"#);
        let AlwaysString = self.kind.encode_json__jsony(output);
        output.push_str(r#","properties":"#);
        self.properties.encode_json__jsony(output);
        output.push_str(r#","geometry":"#);
        self.geometry.encode_json__jsony(output);
        output.end_json_object()
    }
}

impl<F: ToJson> ToJson for Geometry<F> {
    type Kind = AlwaysObject;

    fn encode_json__jsony(&self, output: &mut TextWriter<'_>) -> AlwaysObject {
        let Self::Polygon { coordinates } = self;
        output.start_json_object();
        output.push_str(r#""type":"Polygon","coordinates":"#);
        coordinates.encode_json__jsony(output);
        output.end_json_object()
    }
}

impl ToJson for MediaSizes {
    type Kind = AlwaysObject;

    fn encode_json__jsony(&self, output: &mut TextWriter<'_>) -> AlwaysObject {
        output.start_json_object();
        for (name, size) in &self.0 {
            name.encode_json__jsony(output);
            output.push_colon();
            size.encode_json__jsony(output);
            output.push_comma();
        }
        output.end_json_object()
    }
}

impl<M> Encode<M> for MediaSizes
where
    SizeName: Encode<M>,
    Size: Encode<M>,
{
    type Encode = Self;

    const IS_BITWISE_ENCODE: bool = false;

    #[inline]
    fn encode<E: Encoder<Mode = M>>(&self, encoder: E) -> std::result::Result<(), E::Error> {
        encoder.encode_map_fn(self.0.len(), |map| {
            for (name, size) in &self.0 {
                map.insert_entry(name, size)?;
            }
            Ok(())
        })
    }

    #[inline]
    fn as_encode(&self) -> &Self::Encode {
        self
    }
}
