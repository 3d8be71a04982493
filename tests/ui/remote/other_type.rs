use record_runtime::ZeroAllocJson;

mod foreign {
    pub struct Fields<'a, T> {
        pub number: u64,
        pub list: &'a [T],
        private: u16,
    }

    impl<T> Fields<'_, T> {
        pub fn private(&self) -> u16 {
            self.private
        }
    }

    pub struct Tuple(pub u8, pub Option<String>);
}

#[derive(ZeroAllocJson)]
#[serde(remote = "foreign::Fields")]
struct FieldsDef<'a, T> {
    number: u32,
    list: &'a Vec<T>,
    #[serde(getter = "foreign::Fields::private")]
    private: u8,
}

#[derive(ZeroAllocJson)]
#[serde(remote = "foreign::Tuple")]
struct TupleDef(u8, Option<Vec<u8>>);

#[derive(ZeroAllocJson)]
#[serde(remote = "foreign::Tuple")]
struct TooLong(u8, Option<String>, u8);

#[derive(ZeroAllocJson)]
#[serde(remote = "foreign::Tuple")]
struct WrongGetter(u8, #[serde(getter = "length")] usize);

fn length(text: &str) -> usize {
    text.len()
}

fn main() {}
