-- The marts that handwritten.py names, by hand and in as few scans as possible. Its variables: clients (the parquet
-- file), seeds (the project's folder of seeds), model (the trained model), portfolio. Steps are timed one by one.

-- step: clean
create macro text_of(x) as
    case when trim(x) not in ('', 'NULL', 'null', 'NaN', 'nan', 'None', 'N/A', 'n/a', 'NA', '#N/A', '-', '–', '—') then trim(x) end;
create macro number_of(x) as coalesce(
    try_cast(x as double),
    case when x not like '%,___' then try_cast(replace(regexp_replace(x, '[\x{20}\x{A0}\x{2007}\x{2009}\x{202F}]', '', 'g'), ',', '.') as double) end
);
create macro spelled(x) as
    replace(replace(replace(replace(lower(trim(x)), 'ё', 'е'), '-', ' '), '  ', ' '), '  ', ' ');
create macro rounded(x, digits) as case
    when x > 0 then round(x / power(10e0, floor(log10(x)) - digits + 1)) * power(10e0, floor(log10(x)) - digits + 1)
    when x is not null then 0e0
end;
create macro number_code(name, x, n, low, high, whole) as case
    when x is null then null
    when n is null then name || '_not_a_number'
    when not n between low and high then name || '_out_of_range'
    when whole and n <> floor(n) then name || '_not_whole'
end;
create macro is_valid(x, n, low, high, whole) as
    x is null or coalesce(n between low and high and (not whole or n = floor(n)), false);
create macro wilson(k, n, side) as case
    when n > 0 and k = 0 and side < 0 then 0e0
    when n > 0 and k = n and side > 0 then 1e0
    when n > 0
        then (k + 3.8414588206941236e0 / 2 + side * 1.959963984540054e0
            * sqrt(cast(k as double) * (n - k) / n + 3.8414588206941236e0 / 4)) / (n + 3.8414588206941236e0)
end;

create temp view raw as
select
    file_row_number + 1 as source_row_number, text_of(userid) as client_id, text_of(city) as city,
    text_of(gender) as gender, text_of(age) as age, text_of(score) as credit_score, text_of(objects) as property_points,
    text_of(balance) as balance, text_of(products) as product_count, text_of(creditcard) as has_credit_card,
    text_of(loyalty) as is_active, text_of(estimated_salary) as estimated_salary, text_of(churn) as is_churned
from read_parquet(getvariable('clients'), file_row_number = true);

-- A handful of spellings stand for all rows: told apart once, joined as they are written.
create temp table spellings as
with written as (
    select city, gender, has_credit_card, is_active, is_churned from raw
    group by grouping sets ((city), (gender), (has_credit_card), (is_active), (is_churned))
),
cities as (select distinct spelled(spelling) as spelling, city as value from read_csv(getvariable('seeds') || '/cities.csv')),
genders as (select distinct spelled(spelling) as spelling, gender as value from read_csv(getvariable('seeds') || '/genders.csv')),
flags as (
    select distinct lower(spelling) as spelling, cast(value as varchar) as value
    from read_csv(getvariable('seeds') || '/flags.csv', all_varchar = true)
)
select 'city' as kind, w.city as spelling, coalesce(c.value, w.city) as value, c.value is not null as is_known,
    coalesce(c.value, spelled(w.city)) as city_key
from written as w left join cities as c on spelled(w.city) = c.spelling where w.city is not null
union all
select 'gender', w.gender, g.value, true, null from written as w inner join genders as g on spelled(w.gender) = g.spelling
union all
select distinct 'flag', f.written, flags.value, true, null
from (select unnest([has_credit_card, is_active, is_churned]) as written from written) as f
inner join flags on lower(f.written) = flags.spelling;

create temp view typed as
select
    raw.*, number_of(raw.age) as age_number, number_of(raw.credit_score) as score_number,
    number_of(raw.property_points) as property_number, number_of(raw.balance) as balance_number,
    number_of(raw.product_count) as product_number, number_of(raw.estimated_salary) as salary_number,
    cities.value as known_city, coalesce(cities.city_key, '') as city_key, coalesce(cities.is_known, false) as city_is_known,
    genders.value as known_gender, cast(cards.value as boolean) as card_flag,
    cast(actives.value as boolean) as active_flag, cast(churns.value as boolean) as churn_flag
from raw
left join spellings as cities on cities.kind = 'city' and raw.city = cities.spelling
left join spellings as genders on genders.kind = 'gender' and raw.gender = genders.spelling
left join spellings as cards on cards.kind = 'flag' and raw.has_credit_card = cards.spelling
left join spellings as actives on actives.kind = 'flag' and raw.is_active = actives.spelling
left join spellings as churns on churns.kind = 'flag' and raw.is_churned = churns.spelling;

create temp table repeated as
select coalesce(client_id, '') as client_id from raw group by 1 having count(*) > 1;

-- Whatever breaks a rule or repeats an id; nobody else is looked at twice.
create temp table suspects as
select *, concat_ws(',',
    case when client_id is null then 'client_id_empty' end,
    case when gender is not null and known_gender is null then 'gender_unknown' end,
    number_code('age', age, age_number, 14, 120, true),
    number_code('credit_score', credit_score, score_number, 0, 1000, true),
    number_code('property_points', property_points, property_number, 0, 100, true),
    number_code('balance', balance, balance_number, 0, 1e12, false),
    number_code('product_count', product_count, product_number, 0, 20, true),
    number_code('estimated_salary', estimated_salary, salary_number, 0, 1e10, false),
    case when has_credit_card is not null and card_flag is null then 'has_credit_card_unknown' end,
    case when is_active is not null and active_flag is null then 'is_active_unknown' end,
    case when is_churned is not null and churn_flag is null then 'is_churned_unknown' end) as codes,
    coalesce(client_id, '') in (from repeated) as is_repeated
from typed
where coalesce(client_id, '') in (from repeated) or not (
    client_id is not null and (gender is null or known_gender is not null)
    and is_valid(age, age_number, 14, 120, true) and is_valid(credit_score, score_number, 0, 1000, true)
    and is_valid(property_points, property_number, 0, 100, true) and is_valid(balance, balance_number, 0, 1e12, false)
    and is_valid(product_count, product_number, 0, 20, true)
    and is_valid(estimated_salary, salary_number, 0, 1e10, false)
    and (has_credit_card is null or card_flag is not null) and (is_active is null or active_flag is not null)
    and (is_churned is null or churn_flag is not null)
);

create temp table verdicts as
with copies as (
    select *, row_number() over w as copy_number, first_value(source_row_number) over w as first_copy
    from suspects where is_repeated
    window w as (
        partition by client_id, city, gender, age, credit_score, property_points, balance, product_count,
            has_credit_card, is_active, estimated_salary, is_churned
        order by source_row_number
    )
),
same_client as (
    select *, row_number() over w as occurrence, first_value(source_row_number) over w as first_row
    from copies where copy_number = 1 and codes = ''
    window w as (partition by client_id, city_key order by source_row_number)
),
same_id as (
    select
        source_row_number, count(*) over w as city_count,
        min(known_gender) over w = max(known_gender) over w
        and coalesce(min(age_number) over w = max(age_number) over w, true)
        and count(*) filter (where churn_flag) over w = 0 as is_likely_same
    from same_client where occurrence = 1
    window w as (partition by client_id)
)
select
    suspects.source_row_number,
    concat_ws(',', nullif(codes, ''), case
        when copies.copy_number > 1 then 'exact_duplicate' when same_client.occurrence > 1 then 'client_id_repeated'
    end) as reason_codes,
    case when copies.copy_number > 1 then copies.first_copy when same_client.occurrence > 1 then same_client.first_row end as repeats_row_number,
    case when same_id.city_count > 1 then if(same_id.is_likely_same, 'likely_same_person', 'different_people') end as duplicate_kind
from suspects
left join (select source_row_number, copy_number, first_copy from copies) as copies using (source_row_number)
left join (select source_row_number, occurrence, first_row from same_client) as same_client using (source_row_number)
left join same_id using (source_row_number);

create table rejected_clients as
select
    getvariable('portfolio') as portfolio, getvariable('clients') as source_file, source_row_number,
    string_split(reason_codes, ',') as reasons, case when repeats_row_number is not null then getvariable('clients') end as repeats_file,
    repeats_row_number, client_id, city, gender, age, credit_score, property_points, balance, product_count,
    has_credit_card, is_active, estimated_salary, is_churned, cast(null as varchar) as raw_line, 'generated' as data_origin
from suspects inner join verdicts using (source_row_number) where reason_codes <> '';

-- Quarters of the valid values of all rows, to three digits.
create temp table quarters as
with counted as (
    select rounded(score_number, 3) as score, rounded(balance_number, 3) as balance, rounded(salary_number, 3) as salary,
        grouping(score, balance, salary) as metric, count(*) as n
    from (
        select
            case when number_of(credit_score) between 0 and 1000 then number_of(credit_score) end as score_number,
            case when number_of(balance) between 0 and 1e12 then number_of(balance) end as balance_number,
            case when number_of(estimated_salary) between 0 and 1e10 then number_of(estimated_salary) end as salary_number
        from raw
    )
    group by grouping sets ((score), (balance), (salary))
),
cumulated as (
    select metric, coalesce(score, balance, salary) as value,
        cast(sum(n) over (partition by metric order by coalesce(score, balance, salary)) as double)
        / sum(n) over (partition by metric) as share
    from counted where coalesce(score, balance, salary) is not null
)
select metric, min(value) filter (where share >= 0.25) as q1, min(value) filter (where share >= 0.5) as q2,
    min(value) filter (where share >= 0.75) as q3
from cumulated group by metric;

-- step: clients
create macro quarter(x, q) as
    case when x is null then null when x < q.q1 then 'q1' when x < q.q2 then 'q2' when x < q.q3 then 'q3' else 'q4' end;
create table clients as
select
    getvariable('portfolio') as portfolio,
    md5(concat_ws('|', getvariable('portfolio'), city_key, client_id)) as client_key,
    client_id, known_city as city, known_gender as gender, cast(age_number as integer) as age,
    cast(score_number as integer) as credit_score, cast(property_number as integer) as property_points,
    balance_number as balance, cast(product_number as integer) as product_count, card_flag as has_credit_card,
    active_flag as is_active, salary_number as estimated_salary, churn_flag as is_churned,
    case when age_number < 18 then '0-17' when age_number < 31 then '18-30' when age_number < 41 then '31-40'
        when age_number < 51 then '41-50' when age_number < 66 then '51-65' when age_number is not null then '66+' end as age_band,
    quarter(score_number, s) as credit_score_band,
    case when property_number < 1 then '0' when property_number < 3 then '1-2' when property_number < 5 then '3-4'
        when property_number < 7 then '5-6' when property_number is not null then '7+' end as property_band,
    quarter(balance_number, b) as balance_band, quarter(salary_number, e) as salary_band,
    balance_number is not null as has_balance, city_is_known, duplicate_kind, 'generated' as data_origin,
    getvariable('clients') as source_file, typed.source_row_number
from typed
left join (select q1, q2, q3 from quarters where metric = 3) as s on true
left join (select q1, q2, q3 from quarters where metric = 5) as b on true
left join (select q1, q2, q3 from quarters where metric = 6) as e on true
left join verdicts on typed.source_row_number = verdicts.source_row_number
where coalesce(verdicts.reason_codes, '') = '';

-- step: churn
create table churn_cells as
select
    portfolio, coalesce(city, 'unknown') as city, coalesce(gender, 'unknown') as gender,
    coalesce(cast(product_count as varchar), 'unknown') as product_count,
    coalesce(cast(is_active as varchar), 'unknown') as is_active,
    coalesce(cast(has_credit_card as varchar), 'unknown') as has_credit_card, cast(has_balance as varchar) as has_balance,
    coalesce(age_band, 'unknown') as age_band, coalesce(credit_score_band, 'unknown') as credit_score_band,
    coalesce(property_band, 'unknown') as property_band, coalesce(balance_band, 'unknown') as balance_band,
    coalesce(salary_band, 'unknown') as salary_band, * exclude (portfolio, city, gender, product_count, is_active,
        has_credit_card, has_balance, age_band, credit_score_band, property_band, balance_band, salary_band)
from (
    select
        portfolio, city, gender, product_count, is_active, has_credit_card, has_balance, age_band, credit_score_band,
        property_band, balance_band, salary_band, count(*) as client_count, count(is_churned) as known_churn_count,
        count(*) filter (where is_churned) as churned_count,
        count(is_churned) filter (where client_key < '8') as half_known_churn_count,
        count(*) filter (where is_churned and client_key < '8') as half_churned_count
    from clients group by all
);

create temp table few_cells as
select
    city, gender, product_count, is_active, has_credit_card, has_balance, age_band, credit_score_band, property_band,
    balance_band, salary_band, cast(sum(client_count) as bigint) as clients,
    cast(sum(known_churn_count) as bigint) as known, cast(sum(churned_count) as bigint) as churned
from churn_cells
group by grouping sets (
    (city, gender, product_count, is_active, has_credit_card, has_balance, age_band),
    (credit_score_band), (property_band), (balance_band), (salary_band)
);

create table churn_rates as
with counted as (
    select
        concat_ws(', ', if(grouping(city) = 0, 'city', null), if(grouping(gender) = 0, 'gender', null),
            if(grouping(product_count) = 0, 'product_count', null), if(grouping(is_active) = 0, 'is_active', null),
            if(grouping(has_credit_card) = 0, 'has_credit_card', null), if(grouping(has_balance) = 0, 'has_balance', null),
            if(grouping(age_band) = 0, 'age_band', null)) as dimension_name,
        concat_ws(', ', city, gender, product_count, is_active, has_credit_card, has_balance, age_band) as dimension_value,
        sum(clients) as clients, sum(known) as known, sum(churned) as churned
    from few_cells where city is not null
    group by grouping sets ((), (city), (gender), (product_count), (is_active), (has_credit_card), (has_balance), (age_band),
        (city, gender), (city, product_count), (city, is_active), (gender, product_count), (gender, is_active),
        (product_count, is_active))
    union all by name
    unpivot (
        select credit_score_band, property_band, balance_band, salary_band, clients, known, churned
        from few_cells where city is null
    ) on credit_score_band, property_band, balance_band, salary_band into name dimension_name value dimension_value
),
named as (
    select coalesce(nullif(dimension_name, ''), 'all') as dimension_name,
        coalesce(nullif(dimension_value, ''), 'all') as dimension_value, cast(clients as bigint) as clients,
        cast(known as bigint) as client_count, cast(churned as bigint) as churned_count
    from (select dimension_name, dimension_value, clients, known, churned from counted)
),
rated as (
    select
        named.dimension_name, named.dimension_value, named.client_count, named.churned_count,
        cast(named.churned_count as double) / nullif(named.client_count, 0) as churn_rate,
        wilson(named.churned_count, named.client_count, -1) as ci_low,
        wilson(named.churned_count, named.client_count, 1) as ci_high,
        cast(named.churned_count as double) * whole.client_count
        / nullif(cast(named.client_count as double) * whole.churned_count, 0) as lift,
        cast(named.churned_count as double) / nullif(whole.churned_count, 0) as share_of_churn,
        cast(named.client_count as double) / nullif(whole.client_count, 0) as share_of_clients,
        named.clients - named.client_count as unknown_churn_count, named.client_count < 30 as is_small_group
    from named cross join (select client_count, churned_count from named where dimension_name = 'all') as whole
)
select getvariable('portfolio') as portfolio, *, case when not is_small_group
    then rank() over (partition by dimension_name, is_small_group order by ci_low desc) end as churn_rank
from rated;

create table data_quality as
with found as (
    select 'raw_rows' as check_name, (select count(*) from clients) + (select count(*) from rejected_clients) as row_count
    union all select 'accepted_rows', count(*) from clients
    union all select 'rejected_rows', count(*) from rejected_clients
    union all select unnest(reasons), 1 from rejected_clients
    union all
    unpivot (
        select count(*) filter (where not city_is_known and city is not null) as city_not_in_seed,
            count(*) - count(city) as city_missing, count(*) - count(gender) as gender_missing, count(*) - count(age) as age_missing,
            count(*) - count(credit_score) as credit_score_missing, count(*) - count(property_points) as property_points_missing,
            count(*) - count(balance) as balance_missing, count(*) - count(product_count) as product_count_missing,
            count(*) - count(has_credit_card) as has_credit_card_missing, count(*) - count(is_active) as is_active_missing,
            count(*) - count(estimated_salary) as estimated_salary_missing, count(*) - count(is_churned) as churn_unknown,
            count(duplicate_kind) as same_id_in_two_cities,
            count(*) filter (where duplicate_kind = 'likely_same_person') as likely_same_person
        from clients
    ) on * into name check_name value row_count
)
select getvariable('portfolio') as portfolio, checks.check_name, cast(coalesce(sum(found.row_count), 0) as bigint) as row_count,
    cast(coalesce(sum(found.row_count), 0) as double)
    / nullif((select row_count from found where check_name = 'raw_rows'), 0) as share
from (
    select distinct case when attributes.name is null then templates.check_name
        else replace(templates.check_name, templates.column_name, attributes.name) end as check_name
    from read_csv(getvariable('seeds') || '/quality_checks.csv') as templates
    left join (
        values ('city', ''), ('gender', ''), ('age', '{whole_number}'), ('credit_score', '{whole_number}'),
            ('property_points', '{whole_number}'), ('balance', '{amount}'), ('product_count', '{whole_number}'),
            ('has_credit_card', '{yes_no}'), ('is_active', '{yes_no}'), ('estimated_salary', '{amount}'), ('is_churned', '{yes_no}')
    ) as attributes(name, form)
        on templates.column_name = attributes.form
        or templates.column_name = '{number}' and attributes.form in ('{whole_number}', '{amount}')
        or templates.column_name = '{attribute}' and attributes.name <> 'is_churned'
    where templates.kind <> 'not_supplied' and coalesce(templates.column_name, '') not like '{holdings%'
) as checks left join found using (check_name)
group by checks.check_name;

-- step: statistics
create temp table base as
select
    is_churned, product_count, is_active, has_balance, city, gender, has_credit_card, age_band, property_points,
    count(*) as n, count(balance) as balance_n, avg(balance) as balance_mean, var_samp(balance) as balance_variance,
    count(estimated_salary) as salary_n, avg(estimated_salary) as salary_mean, var_samp(estimated_salary) as salary_variance
from clients group by all;

create table segment_of as
with places as (
    select distinct coalesce(product_count, 0) as products, has_balance, coalesce(property_points, 0) as property from base
)
select products, places.has_balance, property,
    max(segment_code) filter (where segment_version = 1) as segment_v1,
    max(segment_code) filter (where segment_version = 2) as segment_v2
from places left join read_csv(getvariable('seeds') || '/segment_rules.csv') as rules
    on products >= products_from and (products_below is null or products < products_below)
    and property >= property_from and (property_below is null or property < property_below)
    and (rules.balance = 'any' or places.has_balance = (rules.balance = 'present'))
group by all;

-- One scan counts the values of a metric by all attributes, three together.
create temp table counted as
select
    is_churned, product_count, is_active, segment_v1, segment_v2, has_balance, city, gender, has_credit_card, age_band,
    age, credit_score, balance, estimated_salary, grouping(is_churned) = 0 as is_first,
    case when grouping(age) = 0 then 'age' when grouping(credit_score) = 0 then 'credit_score'
        when grouping(balance) = 0 then 'balance' else 'estimated_salary' end as metric,
    grouping(city) = 0 as is_second, count(*) as n
from (
    select c.is_churned, c.product_count, c.is_active, s.segment_v1, s.segment_v2, c.has_balance, c.city, c.gender,
        c.has_credit_card, c.age_band, c.age, c.credit_score, rounded(c.balance, 3) as balance,
        rounded(c.estimated_salary, 3) as estimated_salary
    from clients as c inner join segment_of as s
        on coalesce(c.product_count, 0) = s.products and c.has_balance = s.has_balance and coalesce(c.property_points, 0) = s.property
)
group by grouping sets (
    (has_balance, is_churned, product_count, is_active, segment_v1, segment_v2, age), (has_balance, city, gender, has_credit_card, age_band, age),
    (has_balance, is_churned, product_count, is_active, segment_v1, segment_v2, credit_score), (has_balance, city, gender, has_credit_card, credit_score), (has_balance, age_band, credit_score),
    (has_balance, is_churned, product_count, is_active, segment_v1, segment_v2, balance), (has_balance, city, gender, has_credit_card, balance), (has_balance, age_band, balance),
    (has_balance, is_churned, product_count, is_active, segment_v1, segment_v2, estimated_salary), (has_balance, city, gender, has_credit_card, estimated_salary), (has_balance, age_band, estimated_salary)
);

create macro named_group(x) as coalesce(cast(x as varchar), 'unknown');
create temp table base_groups as
unpivot (
    select
        named_group(is_churned) as is_churned, named_group(product_count) as product_count, named_group(is_active) as is_active,
        named_group(has_balance) as has_balance, named_group(city) as city, named_group(gender) as gender,
        named_group(has_credit_card) as has_credit_card, named_group(age_band) as age_band, 'all' as 'all',
        has_balance as kept, cast(property_points as double) as metric_property_points, cast(product_count as double) as metric_product_count,
        cast(cast(is_active as integer) as double) as metric_is_active, cast(cast(has_credit_card as integer) as double) as metric_has_credit_card,
        cast(cast(is_churned as integer) as double) as metric_is_churned, if(has_balance, 0e0, 1e0) as metric_balance_missing,
        n, balance_n, balance_mean, balance_variance, salary_n, salary_mean, salary_variance
    from base
) on is_churned, product_count, is_active, has_balance, city, gender, has_credit_card, age_band, "all"
into name group_attribute value group_value;

create temp table value_counts as
select group_attribute, group_value, kept, metric, value, cast(sum(n) as bigint) as n
from (
    unpivot (
        select
            case when is_first then named_group(is_churned) end as is_churned,
            case when is_first then named_group(product_count) end as product_count,
            case when is_first then named_group(is_active) end as is_active,
            case when is_first then named_group(has_balance) end as has_balance, case when is_first then 'all' end as 'all',
            case when is_second then named_group(city) end as city, case when is_second then named_group(gender) end as gender,
            case when is_second then named_group(has_credit_card) end as has_credit_card,
            case when is_second and metric = 'age' or not is_first and not is_second then named_group(age_band) end as age_band,
            has_balance as kept, metric, cast(coalesce(age, credit_score, balance, estimated_salary) as double) as value, n
        from counted where coalesce(age, credit_score, balance, estimated_salary) is not null
    ) on is_churned, product_count, is_active, has_balance, city, gender, has_credit_card, age_band, "all"
    into name group_attribute value group_value
    union all by name
    select group_attribute, group_value, kept, replace(name, 'metric_', '') as metric, value, n
    from (
        unpivot (
            select group_attribute, group_value, kept, metric_property_points, metric_product_count, metric_is_active,
                metric_has_credit_card, metric_is_churned, metric_balance_missing, n
            from base_groups
        ) on columns('metric_.*') into name name value value
    )
)
group by all;

create temp table scenarios as
from (values ('keep_all', true), ('keep_all', false), ('drop_missing_balance', true)) as t(cleaning_scenario, kept);

create table metric_value_counts as
select getvariable('portfolio') as portfolio, cleaning_scenario, metric, group_attribute, group_value, value,
    cast(sum(n) as bigint) as client_count
from value_counts inner join scenarios using (kept)
where metric not in ('balance', 'estimated_salary') group by all;

create table metric_moments as
with strata as (
    select 'city' as group_attribute, named_group(city) as group_value, 'has_balance' as stratum_attribute,
        named_group(has_balance) as stratum_value, has_balance as kept, if(is_churned, 1e0, 0e0) as value, n
    from base where is_churned is not null
    union all
    select 'has_credit_card', named_group(has_credit_card), 'product_count', named_group(product_count), has_balance,
        if(is_churned, 1e0, 0e0), n
    from base where is_churned is not null
    union all
    select 'has_balance', named_group(has_balance), 'product_count', named_group(product_count), has_balance,
        if(is_churned, 1e0, 0e0), n
    from base where is_churned is not null
),
valued as (
    select metric, group_attribute, group_value, 'none' as stratum_attribute, 'all' as stratum_value, cleaning_scenario, value as mean, n, 0e0 as squares
    from value_counts inner join scenarios using (kept) where metric not in ('balance', 'estimated_salary')
    union all
    select 'is_churned', group_attribute, group_value, stratum_attribute, stratum_value, cleaning_scenario, value, n, 0e0
    from strata inner join scenarios using (kept)
    union all
    select 'balance', group_attribute, group_value, 'none', 'all', cleaning_scenario, balance_mean, balance_n,
        coalesce(balance_variance, 0) * (balance_n - 1)
    from base_groups inner join scenarios using (kept) where balance_n > 0
    union all
    select 'estimated_salary', group_attribute, group_value, 'none', 'all', cleaning_scenario, salary_mean, salary_n,
        coalesce(salary_variance, 0) * (salary_n - 1)
    from base_groups inner join scenarios using (kept) where salary_n > 0
),
means as (
    select * exclude (n, mean, squares), sum(n) as client_count, sum(n * mean) / sum(n) as group_mean from valued group by all
)
select getvariable('portfolio') as portfolio, m.cleaning_scenario, m.metric, m.group_attribute, m.group_value,
    m.stratum_attribute, m.stratum_value, cast(m.client_count as bigint) as client_count, m.group_mean as mean,
    sum(v.squares + v.n * (v.mean - m.group_mean) * (v.mean - m.group_mean)) / nullif(max(m.client_count) - 1, 0) as variance
from means as m inner join valued as v using (cleaning_scenario, metric, group_attribute, group_value, stratum_attribute, stratum_value)
group by all;

-- step: ranks
create temp table registered as
from (values
    ('H01', 'age', 'product_count', '1', 'a'), ('H01', 'age', 'product_count', '2', 'b'),
    ('H03', 'age', 'is_active', 'true', 'a'), ('H03', 'age', 'is_active', 'false', 'b'),
    ('H06', 'age', 'is_churned', 'true', 'a'), ('H06', 'age', 'is_churned', 'false', 'b'),
    ('H16', 'credit_score', 'is_churned', 'true', 'a'), ('H16', 'credit_score', 'is_churned', 'false', 'b'),
    ('H17', 'property_points', 'is_churned', 'true', 'a'), ('H17', 'property_points', 'is_churned', 'false', 'b'),
    ('H19', 'age', 'product_count', '1', 'many'), ('H19', 'age', 'product_count', '2', 'many'),
    ('H19', 'age', 'product_count', '3', 'many'), ('H19', 'age', 'product_count', '4', 'many')
) as t(comparison_id, metric, group_attribute, group_value, side);

create temp table compared as
with groups as (
    select distinct metric, group_attribute, group_value from value_counts
    where metric in ('age', 'credit_score', 'property_points', 'product_count', 'balance', 'estimated_salary')
        and group_value not in ('unknown', 'all') and metric <> group_attribute
),
pairs as (
    select a.metric || ':' || a.group_attribute || ':' || a.group_value || ':' || b.group_value as comparison_id,
        a.metric, a.group_attribute, a.group_value as group_a, b.group_value as group_b
    from groups as a inner join groups as b on a.metric = b.metric and a.group_attribute = b.group_attribute and a.group_value < b.group_value
    where not (a.metric = 'age' and a.group_attribute = 'age_band')
        and not (a.metric = 'balance' and a.group_attribute = 'has_balance')
),
sides as (
    from registered
    union all select comparison_id, metric, group_attribute, group_a, 'a' from pairs
    union all select comparison_id, metric, group_attribute, group_b, 'b' from pairs
)
select comparison_id, side, group_value, value, cast(sum(n) as double) as keep_all,
    cast(coalesce(sum(n) filter (where kept), 0) as double) as drop_missing_balance
from sides inner join value_counts using (metric, group_attribute, group_value) group by all;

-- What differs for nearly every client is put in order within buckets of two digits; values that are few need one.
create table metric_rank_sums as
with counted as (
    select comparison_id, 0e0 as bucket, value,
        coalesce(sum(keep_all) filter (where side = 'a'), 0) as a_keep_all,
        coalesce(sum(keep_all) filter (where side = 'b'), 0) as b_keep_all,
        coalesce(sum(drop_missing_balance) filter (where side = 'a'), 0) as a_drop_missing_balance,
        coalesce(sum(drop_missing_balance) filter (where side = 'b'), 0) as b_drop_missing_balance
    from compared where side <> 'many' group by comparison_id, value
    union all
    select 'H18', rounded(balance, 2), balance,
        cast(count(*) filter (where is_churned) as double) as a, cast(count(*) filter (where not is_churned) as double) as b, a, b
    from clients where balance is not null and is_churned is not null group by balance
    union all
    select 'H05', rounded(estimated_salary, 2), estimated_salary,
        cast(count(*) filter (where is_churned) as double), cast(count(*) filter (where not is_churned) as double),
        cast(count(*) filter (where is_churned and has_balance) as double),
        cast(count(*) filter (where not is_churned and has_balance) as double)
    from clients where estimated_salary is not null and is_churned is not null group by estimated_salary
),
buckets as (
    select comparison_id, bucket, sum(a1) over w - a1 as a1, sum(b1) over w - b1 as b1, sum(a2) over w - a2 as a2, sum(b2) over w - b2 as b2
    from (
        select comparison_id, bucket, sum(a_keep_all) as a1, sum(b_keep_all) as b1, sum(a_drop_missing_balance) as a2,
            sum(b_drop_missing_balance) as b2
        from counted group by comparison_id, bucket
    )
    window w as (partition by comparison_id order by bucket rows between unbounded preceding and current row)
),
placed as (
    select
        comparison_id, a_keep_all, b_keep_all, a_drop_missing_balance, b_drop_missing_balance,
        b1 + sum(b_keep_all) over w - b_keep_all / 2 as of_a_keep_all, a1 + sum(a_keep_all) over w - a_keep_all / 2 as of_b_keep_all,
        b2 + sum(b_drop_missing_balance) over w - b_drop_missing_balance / 2 as of_a_drop_missing_balance,
        a2 + sum(a_drop_missing_balance) over w - a_drop_missing_balance / 2 as of_b_drop_missing_balance
    from counted inner join buckets using (comparison_id, bucket)
    window w as (partition by comparison_id, bucket order by value rows between unbounded preceding and current row)
),
summed as (
    select comparison_id,
        sum(a_keep_all) as n_a_keep_all, sum(b_keep_all) as n_b_keep_all, sum(a_keep_all * of_a_keep_all) as sum_a_keep_all, sum(a_keep_all * of_a_keep_all * of_a_keep_all) as squares_a_keep_all,
        sum(b_keep_all * of_b_keep_all) as sum_b_keep_all, sum(b_keep_all * of_b_keep_all * of_b_keep_all) as squares_b_keep_all,
        sum(power(a_keep_all + b_keep_all, 3) - a_keep_all - b_keep_all) as ties_keep_all,
        sum(a_drop_missing_balance) as n_a_drop_missing_balance, sum(b_drop_missing_balance) as n_b_drop_missing_balance, sum(a_drop_missing_balance * of_a_drop_missing_balance) as sum_a_drop_missing_balance, sum(a_drop_missing_balance * of_a_drop_missing_balance * of_a_drop_missing_balance) as squares_a_drop_missing_balance,
        sum(b_drop_missing_balance * of_b_drop_missing_balance) as sum_b_drop_missing_balance, sum(b_drop_missing_balance * of_b_drop_missing_balance * of_b_drop_missing_balance) as squares_b_drop_missing_balance,
        sum(power(a_drop_missing_balance + b_drop_missing_balance, 3) - a_drop_missing_balance - b_drop_missing_balance) as ties_drop_missing_balance
    from placed group by comparison_id
)
select getvariable('portfolio') as portfolio, 'keep_all' as cleaning_scenario, comparison_id, cast(n_a_keep_all as bigint) as n_a,
    cast(n_b_keep_all as bigint) as n_b, sum_a_keep_all as placement_sum_a, squares_a_keep_all as placement_square_sum_a,
    sum_b_keep_all as placement_sum_b, squares_b_keep_all as placement_square_sum_b, ties_keep_all as tie_term
from summed where n_a_keep_all + n_b_keep_all > 0
union all
select getvariable('portfolio') as portfolio, 'drop_missing_balance' as cleaning_scenario, comparison_id, cast(n_a_drop_missing_balance as bigint) as n_a,
    cast(n_b_drop_missing_balance as bigint) as n_b, sum_a_drop_missing_balance as placement_sum_a, squares_a_drop_missing_balance as placement_square_sum_a,
    sum_b_drop_missing_balance as placement_sum_b, squares_b_drop_missing_balance as placement_square_sum_b, ties_drop_missing_balance as tie_term
from summed where n_a_drop_missing_balance + n_b_drop_missing_balance > 0;

create table metric_group_ranks as
with counted as (
    select comparison_id, 0e0 as bucket, value, group_value, keep_all, drop_missing_balance from compared where side = 'many'
    union all
    select 'H20', rounded(estimated_salary, 2), estimated_salary, city, cast(count(*) as double), cast(count(*) filter (where has_balance) as double)
    from clients where estimated_salary is not null and city is not null group by estimated_salary, city
),
buckets as (
    select comparison_id, bucket, sum(n1) over w - n1 as n1, sum(n2) over w - n2 as n2
    from (select comparison_id, bucket, sum(keep_all) as n1, sum(drop_missing_balance) as n2 from counted group by comparison_id, bucket)
    window w as (partition by comparison_id order by bucket rows between unbounded preceding and current row)
),
ranked as (
    select comparison_id, group_value, keep_all, drop_missing_balance,
        sum(keep_all) over same as tied_keep_all, n1 + sum(keep_all) over w - (tied_keep_all - 1) / 2 as rank_keep_all,
        sum(drop_missing_balance) over same as tied_drop_missing_balance,
        n2 + sum(drop_missing_balance) over w - (tied_drop_missing_balance - 1) / 2 as rank_drop_missing_balance
    from counted inner join buckets using (comparison_id, bucket)
    window same as (partition by comparison_id, bucket order by value range between current row and current row),
        w as (partition by comparison_id, bucket order by value range between unbounded preceding and current row)
),
summed as (
    select comparison_id, 'keep_all' as cleaning_scenario, group_value, cast(sum(keep_all) as bigint) as client_count, sum(keep_all * rank_keep_all) as rank_sum,
        sum(keep_all * (tied_keep_all * tied_keep_all - 1)) as own_ties
    from ranked group by comparison_id, group_value having sum(keep_all) > 0
    union all
    select comparison_id, 'drop_missing_balance' as cleaning_scenario, group_value, cast(sum(drop_missing_balance) as bigint) as client_count, sum(drop_missing_balance * rank_drop_missing_balance) as rank_sum,
        sum(drop_missing_balance * (tied_drop_missing_balance * tied_drop_missing_balance - 1)) as own_ties
    from ranked group by comparison_id, group_value having sum(drop_missing_balance) > 0
)
select getvariable('portfolio') as portfolio, cleaning_scenario, comparison_id, group_value, client_count, rank_sum,
    sum(own_ties) over (partition by comparison_id, cleaning_scenario) as tie_term
from summed;

-- step: portraits
create temp table places as
with grouped as (
    select is_churned, segment_v1, segment_v2, metric, cast(coalesce(age, credit_score, balance, estimated_salary) as double) as bucket, n
    from counted where is_first and coalesce(age, credit_score, balance, estimated_salary) is not null
    union all
    select base.is_churned, segment_v1, segment_v2, unnest(['property_points', 'product_count']) as metric,
        unnest([cast(property_points as double), cast(product_count as double)]) as bucket, n
    from base inner join segment_of as s
        on coalesce(product_count, 0) = s.products and base.has_balance = s.has_balance and coalesce(property_points, 0) = s.property
),
kinds as (
    unpivot (
        select 'all' as portfolio, case is_churned when true then 'churned' when false then 'stayed' end as churn, segment_v1, segment_v2, metric, bucket, n
        from grouped where bucket is not null
    ) on portfolio, churn, segment_v1, segment_v2 into name group_kind value group_code
),
cumulated as (
    select *, sum(n) over w as up_to, sum(n) over (partition by group_kind, group_code, metric) as total
    from (select group_kind, group_code, metric, bucket, cast(sum(n) as bigint) as n from kinds group by all)
    window w as (partition by group_kind, group_code, metric order by bucket rows between unbounded preceding and current row)
),
wanted as (
    select *, (total - 1) * share - floor((total - 1) * share) as fraction, least(floor((total - 1) * share) + neighbour, total - 1) as place
    from cumulated
    cross join (values ('q25', 0.25e0), ('median', 0.5e0), ('q75', 0.75e0)) as q(quantile, share)
    cross join (values (0), (1)) as b(neighbour)
)
select group_kind, group_code, metric, quantile, neighbour, fraction, bucket, cast(place - (up_to - n) as bigint) + 1 as place_in_bucket
from wanted where place >= up_to - n and place < up_to;

create table portrait_quantiles as
with opened as (select distinct metric, bucket from places where metric in ('balance', 'estimated_salary')),
opened_clients as (
    select 'balance' as metric, rounded(balance, 3) as bucket, balance as value, is_churned, product_count, property_points, has_balance
    from clients where rounded(balance, 3) in (select bucket from opened where metric = 'balance')
    union all
    select 'estimated_salary', rounded(estimated_salary, 3), estimated_salary, is_churned, product_count, property_points, has_balance
    from clients where rounded(estimated_salary, 3) in (select bucket from opened where metric = 'estimated_salary')
),
ordered as (
    select *, row_number() over (partition by group_kind, group_code, metric, bucket order by value) as place_in_bucket
    from (
        unpivot (
            select metric, bucket, o.value as number, 'all' as portfolio, case is_churned when true then 'churned' when false then 'stayed' end as churn, segment_v1, segment_v2
            from opened_clients as o inner join segment_of as s
                on coalesce(product_count, 0) = s.products and o.has_balance = s.has_balance and coalesce(property_points, 0) = s.property
        ) on portfolio, churn, segment_v1, segment_v2 into name group_kind value group_code
    ) as long(metric, bucket, value, group_kind, group_code)
),
neighbours as (
    select group_kind, group_code, metric, quantile, fraction,
        max(coalesce(value, bucket)) filter (where neighbour = 0) as low, max(coalesce(value, bucket)) filter (where neighbour = 1) as high
    from places left join ordered using (group_kind, group_code, metric, bucket, place_in_bucket)
    group by group_kind, group_code, metric, quantile, fraction
)
select getvariable('portfolio') as portfolio, group_kind, group_code, metric, quantile, low + (high - low) * fraction as value from neighbours;

-- step: segments
create table named_segments as
select cast(segment_version as integer) as version, segment_code, name_ru, name_en from read_csv(getvariable('seeds') || '/segments.csv');
create view client_segments_v1 as
select portfolio, client_key, segment_v1 as segment_code, name_ru as segment_name_ru, name_en as segment_name_en, data_origin
from clients as c inner join segment_of as s
    on coalesce(c.product_count, 0) = s.products and c.has_balance = s.has_balance and coalesce(c.property_points, 0) = s.property
left join named_segments as n on n.version = 1 and n.segment_code = s.segment_v1;
create view client_segments_v2 as
select portfolio, client_key, segment_v2 as segment_code, name_ru as segment_name_ru, name_en as segment_name_en, data_origin
from clients as c inner join segment_of as s
    on coalesce(c.product_count, 0) = s.products and c.has_balance = s.has_balance and coalesce(c.property_points, 0) = s.property
left join named_segments as n on n.version = 2 and n.segment_code = s.segment_v2;
