use record_runtime::ZeroAllocJson;

mod foreign {
    pub struct Generic<T>(pub T);
    pub enum Enum {
        A { a: u8 },
    }
}

#[derive(ZeroAllocJson)]
#[json(remote = "foreign::Generic<T>")]
struct GenericsTwice<T>(T);

#[derive(ZeroAllocJson)]
#[json(remote = "foreign::Enum")]
enum GetterInEnum {
    A {
        #[json(getter = "get")]
        a: u8,
    },
}

#[derive(ZeroAllocJson)]
struct GetterAlone {
    #[json(getter = "get")]
    a: u8,
}

fn main() {}
