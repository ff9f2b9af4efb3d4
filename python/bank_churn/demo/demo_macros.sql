-- Temporary macros shared by the two demo generators. Every random draw is cut out of an md5 digest of
-- (seed, person, word), because hash() and random() change between DuckDB versions.

-- 64 random bits of one person; `word` keeps the digests of one person apart.
create or replace temp macro demo_bits(person_row, word) as
    md5_number_lower(concat(getvariable('demo_seed'), ':', person_row, ':', word));

-- A number in (0, 1) from 16 of the 64 bits; part = 0 .. 3.
create or replace temp macro demo_draw(bits, part) as
    (((bits >> (16 * part)) & 65535) + 0.5e0) / 65536e0;

-- A number in (0, 1) from 32 of the 64 bits, for money; part = 0 .. 1.
create or replace temp macro demo_wide_draw(bits, part) as
    (((bits >> (32 * part)) & 4294967295) + 0.5e0) / 4294967296e0;

-- The value at quantile u of a distribution given by its 0, 5, 10, .. 100 % points (linear between them).
create or replace temp macro demo_at_quantile(points, u) as
    points[cast(floor(u * 20) as integer) + 1]
    + (u * 20 - floor(u * 20))
    * (points[cast(floor(u * 20) as integer) + 2] - points[cast(floor(u * 20) as integer) + 1]);

create or replace temp macro demo_probability(logit) as 1e0 / (1e0 + exp(-logit));

-- Every 10,000 consecutive rows hold each slot 0 .. 9,999 once, and any shorter run holds its fair share:
-- planned dirt is tied to slots, so its amount is exact and needs no look at other rows.
create or replace temp macro demo_slot(row_number) as
    (row_number * 6181 + getvariable('demo_seed') % 10000 * 4099) % 10000;

create or replace temp macro demo_money(amount) as cast(cast(amount as decimal(18, 2)) as varchar);

-- What clients may hold besides a credit card, and how popular each is: those who leave hold an insurance more often.
create or replace temp macro demo_products(has_left) as [
    {code: 'current_account', name: 'текущий счёт', weight: 1.0e0},
    {code: 'debit_card', name: 'дебетовая карта', weight: 0.9e0},
    {code: 'deposit', name: 'вклад', weight: 0.6e0},
    {code: 'consumer_loan', name: 'кредит наличными', weight: 0.5e0},
    {code: 'insurance', name: 'страховка', weight: if(has_left, 1.6e0, 0.4e0)},
    {code: 'funds', name: 'паевые фонды', weight: 0.2e0},
    {code: 'mortgage', name: 'ипотека', weight: 0.2e0}
];
