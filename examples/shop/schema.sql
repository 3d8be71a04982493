create table products (
    id integer primary key,
    name text not null,
    category text not null,
    price integer not null,            -- in cents
    stock integer not null check (stock >= 0),
    description text,
    cost integer not null,             -- in cents
    supplier text not null,
    updated integer not null           -- in milliseconds since 1970
) strict;
create index products_by_price on products (price, id);
create index products_by_category on products (category, id);
create index products_by_category_and_price on products (category, price, id);

create table orders (
    number integer primary key,
    id text not null unique,           -- who knows it may see the order
    placed integer not null,           -- in milliseconds since 1970
    email text not null,
    phone text,
    total integer not null             -- in cents
) strict;

create table order_lines (
    number integer not null references orders,
    line integer not null,
    product integer not null references products,
    name text not null,
    quantity integer not null,
    price integer not null,            -- of one, in cents, when it was ordered
    primary key (number, line)
) strict, without rowid;

-- What became of products, for clients that follow along. `autoincrement`: no number is ever given twice.
create table changes (
    id integer primary key autoincrement,
    product integer not null,
    price integer not null,
    stock integer not null
) strict;
