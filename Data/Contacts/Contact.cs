using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Contacts;

/// <summary>An entry of a tenant's address book. An e-mail address, where given, is unique in the tenant without regard to case.</summary>
public sealed class Contact : ITenantOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int NameMaxLength = 100;

    /// <summary>Longest e-mail address, in characters.</summary>
    public const int EmailMaxLength = 255;

    /// <summary>Longest phone number: E.164's 15 digits and the plus sign.</summary>
    public const int PhoneMaxLength = 16;

    /// <summary>Longest postal address, in characters.</summary>
    public const int AddressMaxLength = 500;

    /// <summary>Highest age, in years.</summary>
    public const short AgeMaximum = 150;

    /// <summary>UUIDv7: ids of one process grow with time, so lists page by them.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Name, 1 to 100 characters.</summary>
    public required string Name { get; set; }

    /// <summary>E-mail address as it was written.</summary>
    public string? Email { get; set; }

    /// <summary>The address in lower case, made by the database; look contacts up by it.</summary>
    public string? EmailKey { get; private set; }

    /// <summary>Phone number in E.164 form: a plus sign and at most 15 digits.</summary>
    public string? Phone { get; set; }

    /// <summary>Postal address, at most 500 characters.</summary>
    public string? Address { get; set; }

    /// <summary>Age in years, 0 to 150.</summary>
    public short? Age { get; set; }

    /// <summary>Gender, where said.</summary>
    public Gender Gender { get; set; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Changes with every change of the row (PostgreSQL's <c>xmin</c>): the concurrency token behind the ETag.</summary>
    public uint Version { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Contact>
    {
        public void Configure(EntityTypeBuilder<Contact> entity)
        {
            entity.ToTable("contacts", table =>
            {
                table.HasCheckConstraint("ck_contacts_name", "length(name) >= 1");
                table.HasCheckConstraint("ck_contacts_age", $"age >= 0 AND age <= {AgeMaximum}");
                table.HasCheckConstraint("ck_contacts_phone", @"phone ~ '^\+[1-9][0-9]{1,14}$'");
                table.HasTextCheck("contacts", "gender", StoredText.All<Gender>());
            });
            entity.HasKey(contact => new { contact.TenantId, contact.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(contact => contact.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(contact => contact.Name).HasMaxLength(NameMaxLength);
            entity.Property(contact => contact.Email).HasMaxLength(EmailMaxLength);
            entity.Property(contact => contact.EmailKey).HasColumnType("text").HasComputedColumnSql("lower(email)", stored: true);
            entity.Property(contact => contact.Phone).HasMaxLength(PhoneMaxLength);
            entity.Property(contact => contact.Address).HasMaxLength(AddressMaxLength);
            entity.Property(contact => contact.Version).HasColumnName("xmin").HasColumnType("xid").IsRowVersion();
            entity.HasIndex(contact => new { contact.TenantId, contact.EmailKey }).IsUnique();
        }
    }
}
