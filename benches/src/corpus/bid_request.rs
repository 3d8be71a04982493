//! Requests for bids on an advertisement, after `OpenRTB`: many optional fields, short lists, small floats, long ids.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of OpenRTB")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const REQUESTS: usize = 128;

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct BidRequest {
    pub id: String,
    pub imp: Vec<Impression>,
    pub site: Site,
    pub device: Device,
    pub user: User,
    pub at: u8,
    pub tmax: u32,
    pub cur: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bcat: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badv: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Impression {
    pub id: String,
    pub banner: Banner,
    pub bidfloor: f64,
    pub bidfloorcur: String,
    pub secure: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tagid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instl: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Banner {
    pub w: u16,
    pub h: u16,
    pub pos: u8,
    pub format: Vec<(u16, u16)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub btype: Vec<u8>,
    pub mimes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Site {
    pub id: String,
    pub domain: String,
    pub page: String,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    pub cat: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Device {
    pub ua: String,
    pub ip: String,
    pub geo: Geo,
    pub language: String,
    pub devicetype: u8,
    pub js: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ifa: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Geo {
    pub lat: f64,
    pub lon: f64,
    pub country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct User {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yob: Option<u16>,
    pub buyeruid: String,
}

/// 128 different requests.
#[must_use]
pub fn corpus() -> Corpus<BidRequest> {
    let mut random = SplitMix64::new(0xB1D);
    let documents = (0..REQUESTS).map(|_| request(&mut random)).collect();
    Corpus { name: "bid_request", about: "128 different requests for bids", documents }
}

fn request(random: &mut SplitMix64) -> BidRequest {
    let id = |random: &mut SplitMix64| format!("{:016x}{:016x}", random.next_u64(), random.next_u64());
    let domain = random.pick(&["news.example.com", "wetter.example.de", "games.example.org"]);
    BidRequest {
        id: id(random),
        imp: (0..random.integer::<u8>(1..4)).map(|index| impression(random, index)).collect(),
        site: Site {
            id: random.integer::<u32>(1_000..100_000).to_string(),
            domain: domain.to_owned(),
            page: format!("https://{domain}/articles/{}?page=2", random.integer::<u32>(1..1_000_000)),
            referrer: random.one_in(2).then(|| "https://www.example.com/search?q=rust".to_owned()),
            cat: vec![format!("IAB{}", random.integer::<u8>(1..26)), "IAB19-6".to_owned()],
        },
        device: Device {
            ua: "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0 Mobile"
                .to_owned(),
            ip: format!("203.0.113.{}", random.integer::<u8>(1..255)),
            geo: Geo {
                lat: random.unit() * 180.0 - 90.0,
                lon: f64::from(random.integer::<u32>(0..3_600_000)) / 1e4 - 180.0,
                country: random.pick(&["DEU", "USA", "JPN"]).to_owned(),
                city: random.one_in(2).then(|| "Köln".to_owned()),
            },
            language: random.pick(&["de", "en", "ja"]).to_owned(),
            devicetype: random.integer(1..8),
            js: 1,
            ifa: random.one_in(2).then(|| id(random)),
        },
        user: User { id: id(random), yob: random.one_in(3).then(|| random.integer(1940..2010)), buyeruid: id(random) },
        at: 2,
        tmax: random.integer(80..300),
        cur: vec!["USD".to_owned()],
        bcat: random.one_in(3).then(|| vec!["IAB25".to_owned(), "IAB26".to_owned()]),
        badv: None,
        test: None,
    }
}

fn impression(random: &mut SplitMix64, index: u8) -> Impression {
    Impression {
        id: (index + 1).to_string(),
        banner: Banner {
            w: random.pick_copy(&[300, 728, 160]),
            h: random.pick_copy(&[250, 90, 600]),
            pos: random.integer(0..8),
            format: vec![(300, 250), (320, 50)],
            btype: if random.one_in(2) { vec![1, 4] } else { Vec::new() },
            mimes: vec!["image/jpeg".to_owned(), "image/png".to_owned()],
        },
        bidfloor: random.price(1..500),
        bidfloorcur: "USD".to_owned(),
        secure: 1,
        tagid: random.one_in(2).then(|| format!("slot-{}", random.integer::<u16>(1..1000))),
        instl: None,
    }
}
