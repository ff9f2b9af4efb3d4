-- One row per row of Metanprom's second file, which client holds which product: columns renamed, everything still text.
with source as (
    {{ read_holdings('metanprom', ['client_id', 'product', 'closed']) }}
),

renamed as (
    select
        'metanprom' as portfolio,
        source_file,
        source_row_number,
        client_id as holder,
        product,
        closed
    from source
)

select * from renamed
